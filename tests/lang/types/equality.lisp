(= 1 1.0)                      # => true
(= [1] [1.0])                  # => false
(= [1] @[1])                   # => true
(= "a" @"a")                   # => true
(= {:a [1]} @{:a @[1]})        # => true
(= |1| @|1|)                   # => true
(= b[1] @b[1])                 # => true
(= [1 2] (list 1 2))           # => false
(= :a "a")                     # => false
(= nil ())                     # => false
(= (math/nan) (math/nan))      # => true
(= 0.0 -0.0)                   # => true
(= [0.0] [-0.0])               # => false
(= (box 1) (box 1))            # => true
(= 1 1 1.0 1)                  # => true
(= 1 1 2)                      # => false
(not= 1 2)                     # => true
(let [f (fn [] 1)] (= f f))    # => true
(= (fn [] 1) (fn [] 1))        # => false
(identical? [1] [1])           # => true
(%identical? [1] [2])          # => false
(= (hash 1) (hash 1.0))        # => true
(= (hash [1 "a"]) (hash @[1 @"a"]))   # => true
(has? |1| 1.0)                 # => true
|1 1.0|                        # => |1|
(get {[1 :a] :found} [1 :a])   # => :found
(get {1 :a} 1.0)               # raises :type-error
(= "é" "é")                    # => true
