"""Lists (segments): what is in them, by hand or by their filters, and the API that keeps them."""
