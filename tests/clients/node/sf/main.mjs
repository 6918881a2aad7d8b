import "@salesforce/cli/bin/run.js";
