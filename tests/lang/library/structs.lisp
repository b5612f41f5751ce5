(merge {:a 1} {:a 2 :b 3})                        # => {:a 2 :b 3}
(merge @{:a 1} @{:b 2})                           # => @{:a 1 :b 2}
(let [a @{:a 1}] (merge a @{:b 2}) a)             # => @{:a 1}
(merge {:a 1} nil)                                # raises {:error :type-error :message "second argument must be a struct" :position :second :reason :not-a-struct}
(merge {:a 1} @{:b 1})                            # raises :type-error
(from-pairs (list (list :a 1) [:b 2]))            # => {:a 1 :b 2}
(get-in {:a {:b [5 6]}} [:a :b 1])                # => 6
(get-in {:a 1} [])                                # => {:a 1}
(get-in {:a 1} [:x :y])                           # raises :type-error
(put-in {:a {:b 1}} [:a :b] 2)                    # => {:a {:b 2}}
(put-in {:a [1 2]} [:a 0] 9)                      # => {:a [9 2]}
(put-in {} [:a :b] 2)                             # raises :type-error
(update {:a 1} :a inc)                            # => {:a 2}
(update [1 2] 0 inc)                              # => [2 2]
(update {:a 1} :b inc)                            # raises {:error :key-error :key :b :message "key not found: b" :reason :key-not-found}
(update [1] 5 inc)                                # raises {:error :key-error :key 5 :message "index out of bounds: 5" :reason :index-out-of-bounds}
(update [1] -1 inc)                               # raises :key-error
(update-in {:a {:b 1}} [:a :b] inc)               # => {:a {:b 2}}
(let [m @{:a @{:b 1}}] (update-in m [:a :b] inc) m)   # => @{:a @{:b 2}}
