# What is predefined is asked for by name, as symbol or as string.
(string/starts-with? (doc map) "(map f c)\n\nA collection of the results")   # => true
(= (doc map) (doc "map"))                                     # => true
(= (doc map) (let [f map] (doc f)))                           # => true
(string/contains? (doc first) "# raises :argument-error")     # => true
(string/contains? (doc if) "(if test then else)")             # => true
(string/contains? (doc when) "(when test body...)")           # => true
(doc "nothing-there")                                         # => "No documentation found for 'nothing-there'"
(doc nothing-there)                                           # compile-error undefined variable: nothing-there
(doc 5)                                                       # raises {:error :type-error :message "doc: expected function, symbol, or string, got integer"}
# A function of the program has its docstring.
(defn doubled [x] "Twice x." (* 2 x))
(defn silent [x] x)
(doc doubled)                                                 # => "Twice x."
(doc silent)                                                  # => "No documentation found for 'silent'"
# The functions of modules are asked for by value or by name, and modules by name.
(def regex ((import "std/regex")))
(string/starts-with? (doc regex:find) "(regex:find pattern text)\n\nThe first match")   # => true
(= (doc regex:find) (doc "regex:find"))                       # => true
(let [random ((import "std/random"))] (string/starts-with? (doc random:int) "(random:int a &opt b)"))   # => true
(string/contains? (doc "std/regex") "(regex:find pattern text)")   # => true
# Without an argument: what there is to ask for.
(let [text (doc)] (map (fn [part] (has? text part)) ["(doc NAME)" "group-by" "std/regex"]))   # => [true true true]
