# Concurrency in terms of spawn and join.

(defn ev/map [f c]
  "An array of the results of f on each element, all of them running at once. The first error in the order of the elements is raised.
  (ev/map (fn [x] (* x x)) [1 2 3])  # => [1 4 9]"
  (let [fibers @[]]
    (match (type-of c)
      (or :list :array :@array :set :@set) (each x in c (push fibers (ev/spawn (fn [] (f x)))))
      _ (%not-a-sequence))
    (ev/join fibers)))
