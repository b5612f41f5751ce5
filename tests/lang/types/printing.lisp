(println "a" 1 :b 'c nil 2.0)                       # prints a1bcnil2.0
(println ["a" :k (list "b" :c)])                    # prints [a k (b c)]
(println {:a "x" :k :v})                            # prints {:a "x" :k :v}
(println |"a" :k|)                                  # prints |:k "a"|
(println @["a"] @{:a "b"} @|"c"|)                   # prints @[a]@{:a "b"}@|"c"|
(println)                                           # prints
(print "no newline")                                # prints no newline
(string 'sym ":" :kw)                               # => "sym:kw"
(string)                                            # => ""
(string 1e21)                                       # => "1000000000000000000000.0"
(string 0.1)                                        # => "0.1"
(string 1e-7)                                       # => "0.0000001"
(string (list 1 (list "a")))                        # => "(1 (a))"
(string (pair 1 2))                                 # => "(1 2)"
{0 (pair 1 2)}                                      # => {0 (1 . 2)}
(string (box :k))                                   # => "<box :k>"
(string (fn [x] x))                                 # => "<closure>"
(string get)                                        # => "<native-fn>"
(string (fiber/new (fn [] 1) :yield))               # => "<fiber:new>"
(string (*stdout*))                                 # => "#<port:stdout>"
[1.0 -0.0 (math/inf) (math/-inf) (math/nan)]        # => [1.0 -0.0 inf -inf NaN]
{"k" "a\"b\\c"}                                     # => {"k" "a\"b\\c"}
@"a\nbé"                                            # => @"a\x0ab\xc3\xa9"
(string b[104 105])                                 # => "hi"
(string b[255])                                     # raises :encoding-error
