"""The pages over HTTP. What programs read as JSON, people read at the same address: Accept decides."""
