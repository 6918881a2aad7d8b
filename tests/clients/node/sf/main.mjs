await import(new URL("./node_modules/@salesforce/cli/bin/run.js", import.meta.url));
