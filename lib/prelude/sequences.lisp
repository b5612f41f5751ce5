# Functions over sequences that take functions. All of them walk with `each`, collect in a mutable array, and
# convert once at the end, so that every callback may suspend and no step depends on the length.

(defn %not-a-sequence []
  "Raises the error for a value that cannot be walked."
  (error {:error :type-error :reason :not-a-sequence :message "not a sequence"}))

(defn %check-foldable [c]
  "Raises unless first and rest accept c: the errors of empty? and first say why."
  (unless (empty? c)
    (match (type-of c)
      (or :list :array :@array :string :@string :bytes :@bytes) nil
      _ (first c))))

(defn %mapped-kind [c]
  "The type of what map and filter make of c."
  (match (type-of c)
    :array :array
    :list :list
    :@array :@array
    (or :string :bytes) :array
    (or :@string :@bytes) :@array
    :set :set
    :@set :@set
    :nil (empty? c)
    _ (%not-a-sequence)))

(defn %list-or-array [c]
  "The type of a list or array; :list for anything else that is empty. Raises for others."
  (match (type-of c)
    :list :list
    :array :array
    :@array :@array
    (or :string :@string :bytes :@bytes :set :@set :struct :@struct) (if (empty? c) :list (%not-a-sequence))
    :nil (empty? c)
    _ (%not-a-sequence)))

(defn %as-kind [kind items]
  "The elements of the mutable array items as a collection of that type."
  (match kind
    :array (freeze items)
    :list (->list items)
    :@array items
    :set (seq->set (freeze items))
    _ (seq->set items)))

(defn %list-or-mutable [kind items]
  "The mutable array items, or a list of its elements if kind is :list."
  (if (= kind :list) (->list items) items))

(defn map [f c]
  "A collection of the results of f on each element: a list for a list, a set for a set, an array for others.
  (map inc [1 2])  # => [2 3]
  (map inc nil)  # raises :type-error
  (map 5 [1])  # raises :type-error"
  (let [kind (%mapped-kind c) out (%room-for c)]
    (each x in c (push out (f x)))
    (%as-kind kind out)))

(defn filter [keep? c]
  "A collection of the elements for which keep? is true: a list for a list, a set for a set, an array for others.
  (filter odd? [1 2 3])  # => [1 3]
  (filter odd? {:a 1})  # raises :type-error"
  (let [kind (%mapped-kind c) out @[]]
    (each x in c
      (when (keep? x) (push out x)))
    (%as-kind kind out)))

(alias keep filter)

(defn fold [f init c]
  "Combines the elements from the left: (f (f init x0) x1) and so on.
  (fold - 10 [1 2])  # => 7
  (fold + 0 |1|)  # raises :type-error
  (fold + 0 5)  # raises :type-error"
  (%check-foldable c)
  (let [@acc init]
    (each x in c (assign acc (f acc x)))
    acc))

(alias reduce fold)

(defn map-indexed [f c]
  "As map over a list or array, with the index as first argument of f. An array gives a mutable array.
  (map-indexed array [:a :b])  # => @[[0 :a] [1 :b]]
  (map-indexed list \"ab\")  # raises :type-error"
  (let [kind (%list-or-array c) out @[] @i 0]
    (each x in c
      (push out (f i x))
      (assign i (+ i 1)))
    (%list-or-mutable kind out)))

(defn mapcat [f c]
  "The elements of all results of f, one after the other. Over a list, f must give lists.
  (mapcat (fn [x] [x x]) [1 2])  # => @[1 1 2 2]
  (mapcat identity [1])  # raises :type-error"
  (let [kind (%list-or-array c) out @[]]
    (each x in c
      (let [part (f x)]
        (when (and (= kind :list) (not (list? part)))
          (append () part))
        (each y in part (push out y))))
    (%list-or-mutable kind out)))

(defn zip [& cs]
  "Lists of the first elements, the second elements, and so on, as far as the shortest goes.
  (zip [1 2] [3 4])  # => @[(1 3) (2 4)]
  (zip \"ab\" [1])  # raises :type-error"
  (if (empty? cs)
    ()
    (let [kind (%list-or-array (first cs)) columns @[] out @[]]
      (each c in cs
        (%list-or-array c)
        (push columns (->array c)))
      (let [rows (apply min (map length columns)) @i 0]
        (while (< i rows)
          (let [row @[]]
            (each column in columns (push row (get column i)))
            (push out (->list row)))
          (assign i (+ i 1))))
      (%list-or-mutable kind out))))

(defn flatten [c]
  "The elements of a list or array and of all lists and arrays within it.
  (flatten [1 [2 [3]]])  # => @[1 2 3]
  (flatten 5)  # raises :type-error"
  (let [kind (%list-or-array c)]
    (if (empty? c)
      ()
      (let [out @[] waiting @[c]]
        (while (not (empty? waiting))
          (let [x (pop waiting)]
            (if (or (list? x) (array? x))
              (let [items (->array x) @i (length items)]
                (while (> i 0)
                  (assign i (- i 1))
                  (push waiting (get items i))))
              (push out x))))
        (%list-or-mutable kind out)))))

(defn take-while [keep? c]
  "The elements before the first one for which keep? is false.
  (take-while odd? [1 3 4 5])  # => @[1 3]
  (take-while odd? \"ab\")  # raises :type-error"
  (let [kind (%list-or-array c) out @[]]
    (if (empty? c)
      ()
      (begin
        (each x in c
          (unless (keep? x) (break))
          (push out x))
        (%list-or-mutable kind out)))))

(defn drop-while [drop? c]
  "The elements from the first one on for which drop? is false.
  (drop-while odd? [1 3 4 5])  # => @[4 5]
  (drop-while odd? nil)  # raises :type-error"
  (let [kind (%list-or-array c) out @[] @dropping true]
    (if (empty? c)
      ()
      (begin
        (each x in c
          (when dropping (assign dropping (drop? x)))
          (unless dropping (push out x)))
        (%list-or-mutable kind out)))))

(defn distinct [c]
  "The elements without those that came before. Elements must be allowed as struct keys.
  (distinct [1 2 1])  # => @[1 2]
  (distinct [1.5])  # raises :type-error
  (distinct \"aab\")  # raises :type-error"
  (let [kind (%list-or-array c) out @[] seen @{}]
    (each x in c
      (unless (has? seen x)
        (put seen x true)
        (push out x)))
    (%list-or-mutable kind out)))

(defn partition [n c]
  "The elements in groups of n; the last group may be shorter.
  (partition 2 [1 2 3])  # => @[@[1 2] @[3]]
  (partition 0 [1])  # raises :argument-error
  (partition 2 \"ab\")  # raises :type-error"
  (let [kind (%list-or-array c) out @[] @group @[]]
    (cond
      (> n 0)
      (begin
        (each x in c
          (push group x)
          (when (= (length group) n)
            (push out (%list-or-mutable kind group))
            (assign group @[])))
        (unless (empty? group)
          (push out (%list-or-mutable kind group)))
        (%list-or-mutable kind out))
      (= kind :list) ()
      (error {:error :argument-error
              :message (string "partition: group size must be positive, got " n)}))))

(defn interpose [separator c]
  "The elements with the separator between them.
  (interpose 0 [1 2 3])  # => @[1 0 2 0 3]
  (interpose 0 \"ab\")  # raises :type-error"
  (let [kind (%list-or-array c) out @[]]
    (if (and (not (= kind :list)) (< (length c) 2))
      c
      (begin
        (each x in c
          (unless (empty? out) (push out separator))
          (push out x))
        (%list-or-mutable kind out)))))

(defn any? [holds? c]
  "True when holds? is true for some element of the list or array.
  (any? odd? [2 3])  # => true
  (any? odd? \"a\")  # raises :type-error"
  (%list-or-array c)
  (if (each x in c (when (holds? x) (break true))) true false))

(defn all? [holds? c]
  "True when holds? is true for every element of the list or array.
  (all? odd? [1 3])  # => true
  (all? odd? |1|)  # raises :type-error"
  (%list-or-array c)
  (if (each x in c (unless (holds? x) (break true))) false true))

(defn find [holds? c]
  "The first element for which holds? is true; nil when there is none.
  (find odd? [2 3 5])  # => 3
  (find odd? nil)  # raises :type-error"
  (%list-or-array c)
  (each x in c (when (holds? x) (break x))))

(defn find-index [holds? c]
  "The index of the first element for which holds? is true; nil when there is none.
  (find-index odd? [2 3])  # => 1
  (find-index odd? \"x\")  # raises :type-error"
  (%list-or-array c)
  (let [@i -1]
    (each x in c
      (assign i (+ i 1))
      (when (holds? x) (break i)))))

(defn count [holds? c]
  "How many elements there are for which holds? is true.
  (count odd? [1 2 3])  # => 2
  (count odd? |1|)  # raises :type-error"
  (%list-or-array c)
  (let [@n 0]
    (each x in c
      (when (holds? x) (assign n (+ n 1))))
    n))

(defn nth [i s]
  "The element at an index; nil out of range.
  (nth 1 [5 6])  # => 6
  (nth :a [1])  # raises :type-error
  (nth 0 nil)  # raises :type-error"
  (get s i))

(defn pair [a b]
  "A pair: a list whose first is a and whose rest is b.
  (pair 1 (list 2))  # => (1 2)"
  (%pair a b))
