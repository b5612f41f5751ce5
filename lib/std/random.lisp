# Random numbers.
#
#   (def random ((import "std/random")))           # cannot be foreseen; under --seed, the same in every run
#   (def dice ((import "std/random") :seed 42))    # the same numbers in every run
#   (dice:int 1 7)
#
# The generator is ChaCha with 12 rounds: what comes of it is as good as its seed. Each call of the module makes a
# generator of its own.

(fn [&named seed]
  (let [generator (if (nil? seed) (%random-new ;(%entropy)) (%random-new seed))]

    (defn int [a &opt b]
      "A random integer: from 0 up to but without a, or from a up to but without b.
      (<= 1 (random:int 1 7) 6)  # => true
      (random:int 1)  # => 0
      (random:int 0)  # raises :argument-error
      (random:int :a)  # raises :type-error"
      (if (nil? b) (%random-int generator 0 a) (%random-int generator a b)))

    (defn float []
      "A random float: from 0 up to but without 1.
      (let [x (random:float)] (and (>= x 0) (< x 1)))  # => true"
      (%random-float generator))

    (defn bool []
      "True or false, each half of the time.
      (boolean? (random:bool))  # => true"
      (= 1 (int 2)))

    (defn bytes [n]
      "So many random bytes, at most 16,777,216.
      (length (random:bytes 16))  # => 16
      (random:bytes -1)  # raises :argument-error
      (random:bytes :a)  # raises :type-error"
      (%random-bytes generator n))

    (defn choice [collection]
      "One element of a collection that is not empty.
      (random:choice [5])  # => 5
      (random:choice [])  # raises :argument-error
      (random:choice nil)  # raises :type-error"
      (let [items (->array collection)]
        (when (empty? items)
          (error {:error :argument-error :message "random:choice: empty collection"}))
        (get items (int (length items)))))

    (defn shuffle [collection]
      "An array of the elements of a sequence or set in a random order.
      (sort (random:shuffle [3 1 2]))  # => [1 2 3]
      (random:shuffle 5)  # raises :type-error"
      (%random-shuffle generator (->array collection)))

    (defn sample [n collection]
      "An array of n elements from different places of a collection, in a random order.
      (length (random:sample 2 [1 2 3]))  # => 2
      (random:sample 4 [1 2 3])  # raises :argument-error
      (random:sample 1 5)  # raises :type-error"
      (let [items (->array collection)]
        (unless (integer? n)
          (error {:error :type-error
                  :message (string "random:sample: expected integer, got " (type-of n))}))
        (unless (<= 0 n (length items))
          (error {:error :argument-error
                  :message (string "random:sample: cannot take " n " of " (length items))}))
        (slice (%random-shuffle generator items) 0 n)))

    {:int int :float float :bool bool :bytes bytes :choice choice :shuffle shuffle :sample sample}))
