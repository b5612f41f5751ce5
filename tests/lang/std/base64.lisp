(def base64 ((import "std/base64")))
(base64:encode "")   # => ""
(base64:encode "a")   # => "YQ=="
(base64:encode "ab")   # => "YWI="
(base64:encode "abc")   # => "YWJj"
(base64:encode b[255 254 253])   # => "//79"
(base64:encode @"é")   # => "w6k="
(base64:decode "")   # => b[]
(base64:decode "YQ==")   # => b[97]
(base64:decode "YQ")   # => b[97]
(base64:decode "YWI=")   # => b[97 98]
(base64:decode "Y")   # raises {:error :base64-error :message "base64: invalid-length at position 1" :position 1 :reason :invalid-length}
(base64:decode "YQ=")   # => b[97]
(base64:decode "Y===")   # raises {:error :base64-error :message "base64: invalid-char at position 1" :position 1 :reason :invalid-char}
(base64:decode "YQ==YQ==")   # raises {:error :base64-error :message "base64: invalid-char at position 2" :position 2 :reason :invalid-char}
(base64:decode "Y Q=")   # raises {:error :base64-error :message "base64: invalid-char at position 1" :position 1 :reason :invalid-char}
(base64:decode "YWJj\n")   # raises {:error :base64-error :message "base64: invalid-length at position 5" :position 5 :reason :invalid-length}
(base64:decode-url "_-8")   # => b[255 239]
(base64:encode-url "")   # => ""
