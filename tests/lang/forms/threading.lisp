(-> 5 (+ 1) inc)                        # => 7
(->> 5 (- 1) inc)                       # => -3
(-> 5)                                  # => 5
(-> [3 1 2] sort first)                 # => 1
(->> (range 6) (filter even?) (map (fn [n] (* n n))) (fold + 0))    # => 20
(as-> 5 n (+ n 1) (* n n))              # => 36
(some-> nil inc)                        # => nil
(some-> {:a {:b 2}} (get :a) (get :b) inc)    # => 3
(some->> 5 (- 10))                      # => 5
(let [m {:f inc}] (-> 1 m:f))           # => 2
(-> {:a 1} :a)                          # raises {:error :type-error :message "Cannot call :a"}
