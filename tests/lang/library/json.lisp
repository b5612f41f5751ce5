(json/parse "{\"a\": [1, 2.5, null, true, \"x\\u00e9\\n\"]}")   # => @{"a" (1 2.5 nil true "xé⏎")}
(json/parse "{\"a\": {\"b\": 1}}" :keys :keyword)   # => @{:a @{:b 1}}
(json/parse "{\"a\":1}" :keys)   # raises {:error :arity-error :message "json/parse: expected 1 or 3 arguments, got 2"}
(json/parse "{\"a\":1}" :keys :string)   # => @{"a" 1}
(json/parse "{\"a\":1}" :keyz :keyword)   # raises {:error :argument-error :message "json/parse: unknown option :keyz"}
(json/parse "bad")   # raises {:error :parse-error :message "Unexpected character 'b' at position 0"}
(json/parse "")   # raises {:error :parse-error :message "Unexpected end of input at position 0"}
(json/parse "[1,]")   # raises {:error :parse-error :message "Unexpected character ']' at position 3"}
(json/parse "[1 2]")   # raises {:error :parse-error :message "Unexpected character '2' at position 3"}
(json/parse "{\"a\"}")   # raises {:error :parse-error :message "Unexpected character '}' at position 4"}
(json/parse "{a:1}")   # raises {:error :parse-error :message "Unexpected character 'a' at position 1"}
(json/parse "\"abc")   # raises {:error :parse-error :message "Unexpected end of input at position 4"}
(json/parse "9223372036854775808")   # raises {:error :parse-error :message "Invalid integer: 9223372036854775808"}
(json/parse "-9223372036854775808")   # => -9223372036854775808
(json/parse "1e2")   # => 100.0
(json/parse "1.")   # raises {:error :parse-error :message "Unexpected end of input at position 2"}
(json/parse "01")   # raises {:error :parse-error :message "Unexpected character '1' at position 1"}
(json/parse "-")   # raises {:error :parse-error :message "Unexpected end of input at position 1"}
(json/parse "1e400")   # => inf
(json/parse "nul")   # raises {:error :parse-error :message "Unexpected character 'n' at position 0"}
(json/parse "1 2")   # raises {:error :parse-error :message "Unexpected character '2' at position 2"}
(json/parse "\"\\ud83d\\ude00\"")   # => "😀"
(json/parse "\"\\ud83d\"")   # raises {:error :parse-error :message "Invalid unicode escape at position 3"}
(json/parse "\"\\q\"")   # raises {:error :parse-error :message "Unexpected character 'q' at position 2"}
(json/parse "\"a\nb\"")   # raises {:error :parse-error :message "Unexpected character '\\n' at position 2"}
(json/parse 5)   # raises {:error :type-error :message "json/parse: expected string, got integer"}
(json/parse @"[1]")   # => (1)
(json/parse (string (string/repeat "[" 100000)))   # raises {:error :parse-error :message "Nesting deeper than 1000 levels at position 1001"}
(json-parse "[]")   # => ()
(json/parse "{}")   # => @{}
(json/parse "{\"a\":1,\"a\":2}")   # => @{"a" 2}
(json/serialize {:a 1 "b" [1 2.0 nil true] :c |1|})   # => "{\"b\":[1,2.0,null,true],\"a\":1,\"c\":[1]}"
(json/serialize {1 2})   # raises {:error :parse-error :message "Struct keys must be strings or keywords for JSON serialization"}
(json/serialize (nan))   # raises {:error :parse-error :message "Cannot serialize non-finite float value to JSON"}
(json/serialize (inf))   # raises {:error :parse-error :message "Cannot serialize non-finite float value to JSON"}
(json/serialize 'a)   # raises {:error :parse-error :message "Cannot serialize symbols to JSON"}
(json/serialize inc)   # raises {:error :parse-error :message "Cannot serialize functions to JSON"}
(json/serialize @"a")   # raises {:error :parse-error :message "Cannot serialize buffers to JSON"}
(json/serialize b[1])   # raises {:error :parse-error :message "Cannot serialize bytes to JSON"}
(json/serialize :k)   # => "\"k\""
(json/serialize (box 1))   # => "1"
(json/serialize "a\"\\\n\t\u{1}é")   # => "\"a\\\"\\\\\\n\\tu{1}é\""
(json/serialize 3.0)   # => "3.0"
(json/serialize (list 1 (list)))   # => "[1,[]]"
(json/serialize @[1 @{:a 1}])   # => "[1,{\"a\":1}]"
(json/serialize (pair 1 2))   # raises {:error :parse-error :message "Cannot serialize improper lists to JSON"}
(json/serialize {'a 1})   # raises {:error :parse-error :message "Struct keys must be strings or keywords for JSON serialization"}
(json/serialize {:b 1 "a" 2})   # => "{\"a\":2,\"b\":1}"
(json/serialize (let [a @[1]] (push a a) a))   # raises {:error :parse-error :message "Nesting deeper than 1000 levels cannot be JSON"}
(json/serialize (fiber/new (fn [] 1) :yield))   # raises {:error :parse-error :message "Cannot serialize fibers to JSON"}
(println (json/pretty {:a [1 2] :b {} :c []}))   # prints {⏎  "a": [⏎    1,⏎    2⏎  ],⏎  "b": {},⏎  "c": []⏎}
   # => nil
(json/pretty [])   # => "[]"
(json/pretty 5)   # => "5"
(json-serialize-pretty [1])   # => "[⏎  1⏎]"
(json/pretty inc)   # raises {:error :parse-error :message "Cannot serialize functions to JSON"}
