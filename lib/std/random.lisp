# Random numbers.
#
#   (def random ((import "std/random")))           # cannot be foreseen; under --seed, the same in every run
#   (def dice ((import "std/random") :seed 42))    # the same numbers in every run
#   (dice:int 1 7)
#
# The generator is ChaCha with 12 rounds: what comes of it is as good as its seed.

(fn [&named seed]
  (let [generator (if (nil? seed) (%random-new ;(%entropy)) (%random-new seed))]

    (defn int [a &opt b]
      (if (nil? b) (%random-int generator 0 a) (%random-int generator a b)))

    (defn choice [collection]
      (let [items (->array collection)]
        (when (empty? items)
          (error {:error :argument-error :message "random:choice: empty collection"}))
        (get items (int (length items)))))

    (defn sample [n collection]
      (let [items (%random-shuffle generator collection)]
        (when (or (< n 0) (> n (length items)))
          (error {:error :argument-error
                  :message (string "random:sample: cannot take " n " of " (length items))}))
        (slice items 0 n)))

    {:int int
     :float (fn [] (%random-float generator))
     :bool (fn [] (= 1 (int 2)))
     :bytes (fn [n] (%random-bytes generator n))
     :choice choice
     :shuffle (fn [collection] (%random-shuffle generator collection))
     :sample sample}))
