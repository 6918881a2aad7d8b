"""The pages: who may see what, in two languages, from what the store and the reports know."""
