## status 1
## stderr ✗ Runtime error: "just a string"
(error "just a string")
