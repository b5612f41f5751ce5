(def geometry ((import "geometry")))
(geometry:area 2)                                         # => 12
(def {:scale k} ((import "geometry")))
k                                                         # => 10
(def c ((import "counter") :start 10))
(c:next)                                                  # => 11
(c:next)                                                  # => 12
(let [d ((import "counter"))] (d:next))                   # => 1
# Not cached: side effects run at each import.
(begin (import "noisy") (import "noisy") nil)             # prints loaded⏎loaded
(get (import "noisy") :answer)                            # => 42
(import "waits")                                          # => :waited
(ev/join (ev/spawn (fn [] (import "waits"))))             # => :waited
(let [name "geo"] (fn? (import (string name "metry"))))   # => true
(import-file "geometry")                                  # => <closure>
(fn? (import "geometry.lisp"))                            # => true
(import "nope")                                           # raises {:error :io-error :message "import: module 'nope' not found" :spec "nope"}
(import 5)                                                # raises :type-error
(import "broken")                                         # raises :eval-error
(let [[_ e] (protect (import "fails"))] [e:error e:cause])   # => [:eval-error {:error :inside :message "from the module"}]
(let [[_ e] (protect (import "cycle-a"))] (string/find e:message "circular dependency detected") e:error)   # => :io-error
# After the failure the module can be imported again.
(let [[_ e] (protect (import "cycle-b"))] e:error)        # => :io-error
(begin (import "geometry") area)                          # compile-error undefined variable: area
