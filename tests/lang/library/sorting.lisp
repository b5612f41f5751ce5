(sort-by - [1 3 2])                                               # => @[3 2 1]
(sort-by first [[2 :b] [1 :a] [2 :c]])                            # => @[[1 :a] [2 :b] [2 :c]]
(sort-by - (list 1 3 2))                                          # => (3 2 1)
(sort-by length ["ccc" "a" "bb"])                                 # => @["a" "bb" "ccc"]
(sort-by identity [:b :a])                                        # => @[:a :b]
(sort-by identity [[1] [0]])                                      # raises {:error :type-error :message "<=: expected number, string, or keyword, got array"}
(sort-by identity [1 "a"])                                        # raises :type-error
(sort-by identity [])                                             # => @[]
(sort-with (fn [a b] (compare b a)) [1 3 2])                      # => [3 2 1]
(sort-with compare (list 3 1))                                    # => (1 3)
(sort-with compare @[3 1])                                        # => @[1 3]
(sort-with (fn [a b] (- (first a) (first b))) [[1 :x] [0 :y] [1 :z] [0 :w]])   # => [[0 :y] [0 :w] [1 :x] [1 :z]]
(let [xs (map (fn [i] (mod (* i 7919) 1009)) (range 1000))] (= (sort-with compare xs) (sort xs)))   # => true
(let [xs (map (fn [i] (mod (* i 7919) 1009)) (range 1000))] (= (freeze (sort-by identity xs)) (sort xs)))   # => true
# A comparator may wait.
(sort-with (fn [a b] (ev/sleep 0) (compare a b)) [3 1 2])         # => [1 2 3]
# A comparator may yield.
(let [f (fiber/new (fn [] (sort-with (fn [a b] (yield [a b]) (compare a b)) [2 1])) :yield)] [(fiber/resume f) (fiber/resume f)])   # => [[2 1] [1 2]]
