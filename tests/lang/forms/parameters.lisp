(def p (parameter 1))
(def q (parameter :q))
(p)                                            # => 1
(parameterize ((p 2)) (p))                     # => 2
(parameterize ([p 2] [q 3]) [(p) (q)])         # => [2 3]
(parameterize [[p 2]] (p))                     # => 2
(parameterize ((p 2)) (parameterize ((p 3)) (p)))            # => 3
(begin (parameterize ((p 2)) (p)) (p))         # => 1
(begin (protect (parameterize ((p 2)) (error :x))) (p))      # => 1
(defn read-p [] (p))
(parameterize ((p 9)) (read-p))                # => 9
(parameterize ((p 5)) (map (fn [_] (p)) [1 2]))              # => [5 5]
(parameterize ((p 2)) (try (error :x) (catch e (p))))        # => 2
(p 1)                                          # raises {:error :arity-error :message "parameter call: expected 0 arguments, got 1"}
(parameterize ((5 1)) 1)                       # raises {:error :type-error :message "parameterize: integer is not a parameter"}
(parameter? p)                                 # => true
(type-of p)                                    # => :parameter
