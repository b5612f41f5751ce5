# A loop made only of calls that are not the simplest ones is collected, and can be stopped, like any other.
(defn spin [x & more] (if (= x 0) more (spin (- x 1) x x)))
(spin 10000)                                                            # => (1 1)
(let [f (fiber/new (fn [] (spin 100000)) :fuel)]
  (fiber/set-fuel f 50)
  (fiber/resume f)
  (fiber/status f))                                                     # => :paused
