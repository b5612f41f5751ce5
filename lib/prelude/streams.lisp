# Streams: fibers that yield their elements. Nothing is pulled before it is asked for, and what the fiber returns
# in the end is not an element.

(defn stream/done? [s]
  "True for a stream that has ended.
  (stream/done? (stream/take 1 (fiber/new (fn [] (yield 1)) :yield)))  # => false"
  (fiber/done? s))

(defn stream/for-each [f s]
  "Calls f on every element; gives nil.
  (let [out @[]] (stream/for-each (fn [v] (push out v)) (fiber/new (fn [] (yield 1)) :yield)) out)  # => @[1]
  (stream/for-each print 5)  # raises :type-error"
  (forever
    (let [v (fiber/resume s)]
      (when (fiber/done? s) (break))
      (f v))))

(defn stream/fold [f init s]
  "Combines the elements from the left.
  (stream/fold + 0 (fiber/new (fn [] (yield 1) (yield 2)) :yield))  # => 3
  (stream/fold + 0 nil)  # raises :type-error"
  (let [@acc init]
    (stream/for-each (fn [v] (assign acc (f acc v))) s)
    acc))

(defn stream/into-array [s]
  "The elements as a mutable array.
  (stream/into-array (fiber/new (fn [] (yield 1) (yield 2)) :yield))  # => @[1 2]
  (stream/into-array [1])  # raises :type-error"
  (let [out @[]]
    (stream/for-each (fn [v] (push out v)) s)
    out))

(defn stream/collect [s]
  "The elements as a list.
  (stream/collect (fiber/new (fn [] (yield 1) (yield 2)) :yield))  # => (1 2)
  (stream/collect 5)  # raises :type-error
  (let [s (fiber/new (fn [] nil) :yield)] (stream/collect s) (stream/collect s))  # raises :state-error"
  (->list (stream/into-array s)))

(defn stream/map [f s]
  "A stream of the results of f.
  (stream/collect (stream/map inc (fiber/new (fn [] (yield 1) (yield 2)) :yield)))  # => (2 3)
  (stream/collect (stream/map inc 5))  # raises :type-error"
  (fiber/new (fn [] (stream/for-each (fn [v] (yield (f v))) s)) :yield))

(defn stream/filter [keep? s]
  "A stream of the elements for which keep? is true.
  (stream/collect (stream/filter odd? (fiber/new (fn [] (yield 1) (yield 2)) :yield)))  # => (1)
  (stream/collect (stream/filter odd? 5))  # raises :type-error"
  (fiber/new (fn [] (stream/for-each (fn [v] (when (keep? v) (yield v))) s)) :yield))

(defn stream/take [n s]
  "A stream of the first n elements.
  (stream/collect (stream/take 1 (fiber/new (fn [] (yield 1) (yield 2)) :yield)))  # => (1)
  (stream/collect (stream/take 1 5))  # raises :type-error"
  (fiber/new
    (fn []
      (repeat n
        (let [v (fiber/resume s)]
          (when (fiber/done? s) (break))
          (yield v))))
    :yield))

(defn stream/drop [n s]
  "A stream of the elements after the first n.
  (stream/collect (stream/drop 1 (fiber/new (fn [] (yield 1) (yield 2)) :yield)))  # => (2)
  (stream/collect (stream/drop 1 5))  # raises :type-error"
  (fiber/new
    (fn []
      (repeat n
        (fiber/resume s)
        (when (fiber/done? s) (break)))
      (unless (fiber/done? s)
        (stream/for-each (fn [v] (yield v)) s)))
    :yield))

(defn stream/concat [& ss]
  "A stream of the elements of all streams, one stream after the other. Streams that have ended are skipped.
  (stream/collect (stream/concat (fiber/new (fn [] (yield 1)) :yield) (fiber/new (fn [] (yield 2)) :yield)))  # => (1 2)
  (stream/collect (stream/concat 5))  # raises :type-error"
  (fiber/new
    (fn []
      (each s in ss
        (unless (fiber/done? s)
          (stream/for-each (fn [v] (yield v)) s))))
    :yield))

(defn stream/zip [& ss]
  "A stream of arrays of the first elements, the second elements, and so on, as far as the shortest stream goes.
  (stream/collect (stream/zip (fiber/new (fn [] (yield 1)) :yield) (fiber/new (fn [] (yield 2)) :yield)))  # => ([1 2])
  (stream/collect (stream/zip 5))  # raises :type-error"
  (fiber/new
    (fn []
      (unless (empty? ss)
        (forever
          (let [row @[]]
            (each s in ss
              (let [v (fiber/resume s)]
                (when (fiber/done? s) (break))
                (push row v)))
            (when (< (length row) (length ss)) (break))
            (yield (freeze row))))))
    :yield))

(defn stream/pipe [s & transforms]
  "The stream after all transforms, from left to right.
  (stream/collect (stream/pipe (fiber/new (fn [] (yield 1)) :yield) (partial stream/map inc)))  # => (2)
  (stream/pipe 5 6)  # raises :type-error"
  (let [@at s]
    (each transform in transforms (assign at (transform at)))
    at))
