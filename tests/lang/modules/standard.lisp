# Modules that are part of the program can be imported from anywhere.
(def semver ((import "std/semver")))
(struct? semver)                          # => true
(ev/join (ev/spawn (fn [] (struct? ((import "std/base64"))))))   # => true
