(defn attempt [f]
  (try (f 1) (catch e (f e))))

(defn both [f]
  (let [[ok v] (protect (f 1))] (if ok v :failed)))

(defn clean [f]
  (defer (f :cleanup) (f :body)))

(defn in-the-middle [f x]
  [x (try (f x) (catch {:error kind} kind)) (f x)])

(def p (parameter 1))
(defn bound [f]
  (block :out
    (parameterize ((p 2)) (f (p)) (break :out (p)))))
