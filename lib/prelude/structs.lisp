# Structs and nested collections.

(defn %merge-operand [v position message]
  "Raises unless v is a struct of either mutability."
  (unless (struct? v)
    (error {:error :type-error :reason :not-a-struct :position position :message message})))

(defn merge [a b]
  "A new struct with the entries of both; those of b win. Both must be of the same mutability.
  (merge {:a 1} {:a 2 :b 3})  # => {:a 2 :b 3}
  (merge {:a 1} 5)  # raises :type-error
  (merge {:a 1} @{:b 2})  # raises :type-error"
  (%merge-operand a :first "first argument must be a struct")
  (%merge-operand b :second "second argument must be a struct")
  (unless (= (mutable? a) (mutable? b))
    (error {:error :type-error
            :reason :mutability-mismatch
            :message "arguments must both be mutable or both be immutable"}))
  (concat a b))

(defn from-pairs [pairs]
  "A struct from a sequence of two-element sequences.
  (from-pairs [[:a 1] [:b 2]])  # => {:a 1 :b 2}
  (from-pairs [[:a]])  # raises :argument-error
  (from-pairs nil)  # raises :type-error"
  (let [out @{}]
    (each entry in pairs
      (put out (first entry) (second entry)))
    (freeze out)))

(defn get-in [c ks]
  "What the keys lead to, one collection after the other.
  (get-in {:a [5 6]} [:a 1])  # => 6
  (get-in {:a nil} [:a :b])  # raises :type-error"
  (let [@at c]
    (each k in ks (assign at (get at k)))
    at))

(defn %replace-in [c ks replace]
  "c with what the keys lead to replaced: the innermost collection and last key go to (replace c k)."
  (let [path (->array ks) last-index (- (length path) 1) levels @[] @at c @i 0]
    (while (< i last-index)
      (push levels at)
      (assign at (get at (get path i)))
      (assign i (+ i 1)))
    (assign at (replace at (get path last-index)))
    (while (> i 0)
      (assign i (- i 1))
      (assign at (put (get levels i) (get path i) at)))
    at))

(defn put-in [c ks v]
  "c with v where the keys lead to. Every collection on the way must exist.
  (put-in {:a {:b 1}} [:a :b] 2)  # => {:a {:b 2}}
  (put-in {} [:a :b] 1)  # raises :type-error"
  (if (empty? ks)
    v
    (%replace-in c ks (fn [inner k] (put inner k v)))))

(defn update [c k f]
  "c with the value at k replaced by the result of f on it. The key or index must exist.
  (update {:a 1} :a inc)  # => {:a 2}
  (update {:a 1} :b inc)  # raises :key-error
  (update [1] 5 inc)  # raises :key-error
  (update nil :a inc)  # raises :type-error"
  (let [old (get c k)]
    (cond
      (struct? c)
      (unless (has? c k)
        (error {:error :key-error :reason :key-not-found :key k :message (string "key not found: " k)}))
      (or (< k 0) (>= k (length c)))
      (error {:error :key-error :reason :index-out-of-bounds :key k :message (string "index out of bounds: " k)}))
    (put c k (f old))))

(defn update-in [c ks f]
  "c with the value where the keys lead to replaced by the result of f on it.
  (update-in {:a {:b 1}} [:a :b] inc)  # => {:a {:b 2}}
  (update-in {:a {}} [:a :b] inc)  # raises :key-error"
  (if (empty? ks)
    (f c)
    (%replace-in c ks (fn [inner k] (update inner k f)))))

(defn frequencies [c]
  "A struct from each element to how often it occurs.
  (frequencies [1 2 1])  # => {1 2 2 1}
  (frequencies [1.5])  # raises :type-error
  (frequencies nil)  # raises :type-error"
  (let [out @{}]
    (each x in c (put out x (+ 1 (get out x 0))))
    (freeze out)))

(defn group-by [key-of c]
  "A mutable struct from each key to the mutable array of the elements that have it.
  (group-by odd? [1 2 3])  # => @{false @[2] true @[1 3]}
  (group-by identity [1.5])  # raises :type-error
  (group-by odd? 5)  # raises :type-error"
  (let [out @{}]
    (each x in c
      (let [key (key-of x) group (get out key)]
        (if (nil? group)
          (put out key @[x])
          (push group x))))
    out))
