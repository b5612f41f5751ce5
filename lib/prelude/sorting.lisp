# Sorting with functions of the program. A comparator may suspend, so the merge sort is written here: bottom-up,
# stable, with one spare array.

(defn %merge-sort [before-or-equal? items]
  "The elements of the mutable array items in order, as items itself or as another mutable array.
  before-or-equal? says whether its first argument may stand before its second."
  (let [n (length items) @from items @to (array/new n nil) @width 1]
    (while (< width n)
      (let [@start 0]
        (while (< start n)
          (let [middle (min (+ start width) n)
                end (min (+ middle width) n)
                @left start
                @right middle
                @at start]
            (while (and (< left middle) (< right end))
              (let [a (get from left) b (get from right)]
                (if (before-or-equal? a b)
                  (begin (put to at a) (assign left (+ left 1)))
                  (begin (put to at b) (assign right (+ right 1)))))
              (assign at (+ at 1)))
            (while (< left middle)
              (put to at (get from left))
              (assign left (+ left 1))
              (assign at (+ at 1)))
            (while (< right end)
              (put to at (get from right))
              (assign right (+ right 1))
              (assign at (+ at 1)))
            (assign start end))))
      (let [sorted to]
        (assign to from)
        (assign from sorted))
      (assign width (* width 2)))
    from))

(defn %mutable-copy [c]
  "A new mutable array of the elements."
  (let [out @[]]
    (each x in c (push out x))
    out))

(defn sort-with [compare-by c]
  "The elements in the order of a comparator, which gives a negative number, zero or a positive number. Stable.
  (sort-with (fn [a b] (- b a)) [1 3 2])  # => [3 2 1]
  (sort-with compare \"ba\")  # raises :type-error"
  (let [kind (%list-or-array c)
        sorted (%merge-sort (fn [a b] (<= (compare-by a b) 0)) (%mutable-copy c))]
    (%as-kind kind sorted)))

(alias sort-by-cmp sort-with)

(defn %sortable-keys? [keys]
  "True when the keys are all numbers, all strings or all keywords: then the total order agrees with <=."
  (let [kind? (cond
                (empty? keys) number?
                (number? (get keys 0)) number?
                (string? (get keys 0)) string?
                keyword?)]
    (and (all? kind? keys) (not (any? nan? keys)))))

(defn sort-by [key-of c]
  "The elements in the order of their keys: numbers, strings or keywords. Stable.
  (sort-by length [\"ccc\" \"a\" \"bb\"])  # => @[\"a\" \"bb\" \"ccc\"]
  (sort-by identity [1 \"a\"])  # raises :type-error
  (sort-by length \"ab\")  # raises :type-error"
  (let [kind (%list-or-array c) items (%mutable-copy c) keys @[]]
    (each x in items (push keys (key-of x)))
    (%list-or-mutable kind
      (if (%sortable-keys? keys)
        (%sorted-by-total-order keys items)
        (%sorted-by-keys keys items)))))

(defn %sorted-by-total-order [keys items]
  "items in the order of keys, by the native sort of [key index]: the index keeps equal keys in place."
  (let [entries @[] out @[] @i 0]
    (each key in keys
      (push entries [key i])
      (assign i (+ i 1)))
    (each entry in (sort entries)
      (push out (get items (get entry 1))))
    out))

(defn %sorted-by-keys [keys items]
  "items in the order of keys, compared with <=, which raises for keys that have no order."
  (let [entries @[] out @[] @i 0]
    (each key in keys
      (push entries [key i])
      (assign i (+ i 1)))
    (each entry in (%merge-sort (fn [a b] (<= (get a 0) (get b 0))) entries)
      (push out (get items (get entry 1))))
    out))
