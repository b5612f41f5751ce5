(try 1 (catch e 2))                                   # => 1
(try (error :x) (catch e [:caught e]))                # => [:caught :x]
(try (error {:error :k :message "m"}) (catch {:error k :message m} [k m]))   # => [:k "m"]
(try (error 1) (catch e (error 2)))                   # raises 2
(try (try (error 1) (catch e (error 2))) (catch e [:outer e]))               # => [:outer 2]
(protect 1 2)                                         # => [true 2]
(protect (error))                                     # => [false nil]
(protect (error false))                               # => [false false]
(protect (+ 1 :a))                                    # => [false {:error :type-error :message "+: expected number, got keyword"}]
(defer (println "cleanup") (println "body") 1)        # prints body⏎cleanup
                                                      # => 1
(try (defer (println "cleanup") (error :x)) (catch e e))   # prints cleanup
                                                           # => :x
(let [log @[]] (protect (defer (push log :outer) (defer (push log :inner) (error :x)))) log)   # => @[:inner :outer]
(try (defer (error :newer) (error :older)) (catch e e))    # => :newer
(let [log @[]] (with h :handle (fn [h] (push log [:released h])) (push log :using)) log)       # => @[:using [:released :handle]]
(let [log @[]] (protect (with h 1 (fn [h] (push log h)) (error :x))) log)                      # => @[1]
(let [@n 0] (defer (assign n (+ n 1)) 5) n)           # => 1
# Errors pass through functions of the library.
(try (map (fn [x] (error {:error :inner :x x})) [1 2]) (catch e e:x))         # => 1
(try (sort-with (fn [a b] (error :compare)) [2 1]) (catch e e))               # => :compare
# A handler in a loop, and a handler that gives a value on.
(let [@n 0] (repeat 3 (try (error :x) (catch e (assign n (+ n 1))))) n)       # => 3
(+ 1 (try (error 5) (catch e e)))                     # => 6
(assert 5)                                            # => 5
(assert nil)                                          # raises {:error :failed-assertion :message "assertion failed"}
(assert false "why")                                  # raises {:error :failed-assertion :message "why"}
(protect)                                             # compile-error lambda requires parameters and body
