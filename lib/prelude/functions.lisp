# Functions that make functions.

(defn identity [v]
  "The argument itself.
  (identity 5)  # => 5"
  v)

(defn constantly [v]
  "A function of any arguments that gives v.
  ((constantly 5) 1 2)  # => 5
  ((constantly 5) (error :lost))  # raises :lost"
  (fn [& _] v))

(defn complement [holds?]
  "A function that is true where holds? is false.
  ((complement odd?) 2)  # => true
  ((complement odd?) \"a\")  # raises :type-error"
  (fn [& args] (%not (apply holds? args))))

(defn compose [& fs]
  "The functions one after the other, from right to left; the last one gets all arguments.
  ((compose inc abs) -5)  # => 6
  ((compose inc :a) 1)  # raises :type-error"
  (let [chain (reverse (->array fs)) n (length chain)]
    (match n
      0 identity
      1 (get chain 0)
      _ (fn [& args]
          (let [@v (apply (get chain 0) args) @i 1]
            (while (< i n)
              (assign v ((get chain i) v))
              (assign i (+ i 1)))
            v)))))

(alias comp compose)

(defn partial [f & fixed]
  "f with its first arguments given.
  ((partial + 1 2) 3)  # => 6
  ((partial inc 1) 2)  # raises :arity-error"
  (fn [& args] (f ;fixed ;args)))

(defn juxt [& fs]
  "A function that gives the list of the results of all functions on its arguments.
  ((juxt inc dec) 5)  # => (6 4)
  ((juxt inc dec) \"a\")  # raises :type-error"
  (fn [& args]
    (let [out @[]]
      (each f in fs (push out (apply f args)))
      (->list out))))

(defn %memo-key [args]
  "A struct key for an argument list: the argument itself if there is one; else each argument, those that
  cannot be keys as their type and text."
  (if (= (length args) 1)
    (first args)
    (map (fn [v]
           (match (type-of v)
             (or :nil :boolean :integer :symbol :keyword :string :closure :native-fn :fiber) v
             kind [kind (string {0 v})]))
         args)))

(defn memoize [f]
  "f with its results kept: a second call with equal arguments does not call f again.
  ((memoize abs) -4)  # => 4
  ((memoize first) @[1])  # raises :type-error"
  (let [results @{}]
    (fn [& args]
      (let [key (%memo-key args)]
        (if (has? results key)
          (get results key)
          (let [result (apply f args)]
            (put results key result)
            result))))))
