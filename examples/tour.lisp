# A tour of Lisle. Run it with:  cargo run --release -- examples/tour.lisp

(defn section [title]
  (println)
  (println "-- " title))

(section "Values")

# Integers have 64 bits, floats are doubles, text is UTF-8. print writes values as people read them.
(println 42 " " 0xff " " 1.5 " " "text" " " :keyword " " 'symbol " " true " " nil)

# Arrays, structs, sets and lists never change; with an @ they do.
(def point {:x 3 :y 4})
(println [1 2 3] " " point " " |3 1 2| " " '(a b))
(println "(put point :x 10) is a new struct: " (put point :x 10) "; point is still " point)

(def log @[])
(push log :one)
(push log :two)
(println "a mutable array grows: " log)

# Collections are functions of their keys, and a:b looks a keyword up.
(println (point :x) " " point:y " " ([10 20 30] -1) " " (|1 2| 5))

(section "Functions")

(defn area [{:x w :y h}]
  "The area of a rectangle. Patterns take arguments apart."
  (* w h))
(println "area: " (area point))

(defn greet [name &named greeting]
  (string (or greeting "Hello") ", " name "!"))
(println (greet "Ada") " " (greet "Alan" :greeting "Good morning"))

# A binding is fixed unless it is marked with @; closures share it.
(defn counter []
  (def @n 0)
  (fn [] (assign n (+ n 1))))
(def tick (counter))
(tick)
(tick)
(println "ticks: " (tick))

# Calls in tail position take no space, so a loop may be a function.
(defn gcd [a b]
  (if (= b 0) a (gcd b (mod a b))))
(println "gcd: " (gcd 1071 462))

(section "Collections")

(println (->> (range 10)
              (filter even?)
              (map (fn [n] (* n n)))
              (fold + 0)))
(println (sort-by length ["pear" "fig" "banana"]))
(println (group-by odd? [1 2 3 4 5]))
(each [name price] in {:cake 5 :tea 3}
  (println name " costs " price))

(section "Patterns")

(defn simplify [e]
  (match e
    [:add 0 x]             (simplify x)
    [:add a b]             [:add (simplify a) (simplify b)]
    [:neg [:neg x]]        (simplify x)
    {:var name}            (string "$" name)
    n when (number? n)     n
    other                  other))
(println (simplify [:add 0 [:neg [:neg 7]]]) " " (simplify [:add {:var "x"} [:add 0 1]]))

(section "Errors")

# An error is a value; by convention a struct that says what kind it is.
(defn load-port [settings]
  (let [text (get settings "port")]
    (when (nil? text)
      (error {:error :missing-setting :key "port" :message "port is not set"}))
    (parse-int text)))
(each settings in [{"port" "8080"} {} {"port" "80x"}]
  (println
    (match (protect (load-port settings))
      [true port]                             (string "port " port)
      [false {:error :missing-setting :key k}] (string "missing: " k)
      [false e]                               (string "bad: " e:message)
      _                                       nil)))

# Cleanup runs however the body ends.
(try
  (defer (println "closed")
    (println "working")
    (error :stopped))
  (catch e (println "caught " e)))

(section "Macros")

(defmacro swap [a b]
  `(let [held ,a]
     (assign ,a ,b)
     (assign ,b held)))
# Templates are hygienic: the macro's `held` is not ours.
(let [@held 1 @other 2]
  (swap held other)
  (println "held " held ", other " other))

(section "Fibers")

# A fiber is a computation that can stop and go on.
(defn fibonacci []
  (fiber/new
    (fn []
      (def @a 0)
      (def @b 1)
      (forever
        (yield a)
        (let [next (+ a b)]
          (assign a b)
          (assign b next))))
    :yield))
(println (stream/collect (stream/take 10 (fibonacci))))

# The scheduler runs fibers side by side. Each sleep lets the others go on.
(defn fetch [name seconds]
  (ev/sleep seconds)
  (string "<" name ">"))
(def slow (ev/spawn (fn [] (fetch "slow" 0.03))))
(def quick (ev/spawn (fn [] (fetch "quick" 0.01))))
(println (ev/join [slow quick]))
(println (ev/map (fn [n] (ev/sleep (/ 0.02 n)) (* n n)) [1 2 3 4]))

# An error in a fiber belongs to whoever joins it.
(println (ev/join-protected (ev/spawn (fn [] (error {:error :offline :message "no network"})))))
