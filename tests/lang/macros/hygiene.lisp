# What a template introduces does not capture what an argument mentions.
(defmacro my-or [a b] `(let [t ,a] (if t t ,b)))
(let [t 5] (my-or false t))                               # => 5
(defmacro swap [a b] `(let [tmp ,a] (assign ,a ,b) (assign ,b tmp)))
(let [@tmp 1 @other 2] (swap tmp other) [tmp other])      # => [2 1]
# What the call site shadows does not disturb a template.
(defmacro len [x] `(length ,x))
(let [length (fn [_] :shadowed)] (len [1 2]))             # => 2
(defn helper [x] (* x 10))
(defmacro use-helper [x] `(helper ,x))
(let [helper (fn [_] :shadowed)] (use-helper 2))          # => 20
(let [if (fn [& _] :shadowed)] (my-or false 3))           # => 3
# Predefined macros are not disturbed either.
(let [seq 1 idx 2 f 3 first (fn [_] 0) get (fn [& _] 0) push-it @[]] (each x in [7 8] (push push-it x)) push-it)   # => @[7 8]
(let [e 1 r (try (error :x) (catch caught [e caught]))] r)     # => [1 :x]
(let [= (fn [& _] false)] (case 1 1 :one :other))         # => :one
(let [v 1] (-> v (+ 1)))                                  # => 2
# Nested uses do not see each other's variables.
(defmacro square [x] `(let [v ,x] (* v v)))
(square (square 3))                                       # => 81
(let [v 2] (square (+ v 1)))                              # => 9
# A name passed in is defined as usual.
(defmacro def-as [name v] `(def ,name ,v))
(def-as visible 3)
visible                                                   # => 3
# A template's own top-level name stays the expansion's.
(defmacro hidden-def [] `(begin (def hidden-name 1) hidden-name))
(hidden-def)                                              # => 1
(begin (defmacro hide [] `(def secret-name 1)) (hide) secret-name)   # compile-error undefined variable: secret-name
# Capture on purpose.
(defmacro when-it [test & body]
  (let [it (datum->syntax test 'it)]
    `(let [,it ,test] (if ,it (begin ,;body) nil))))
(when-it (string/find "needle" "d") (+ it 1))             # => 4
# gensym
(defmacro with-temp [e] (let [t (gensym "t")] `(let [,t ,e] (+ ,t ,t))))
(let [t 1] (with-temp (+ t 1)))                           # => 4
(symbol? (gensym))                                        # => true
(= (gensym) (gensym))                                     # => false
# Macros that make macros.
(defmacro define-constant-macro [name value] `(defmacro ,name [] ,value))
(define-constant-macro seven 7)
(seven)                                                   # => 7
