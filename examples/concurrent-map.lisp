# Many waits at once: ev/map starts one fiber for each element and gives the results in order.

(defn look-up [city]
  "Stands for a request to a server: a wait, then an answer or an error."
  (let [seconds (/ (length city) 200.0)]
    (ev/sleep seconds)
    (when (= city "Atlantis")
      (error {:error :not-found :city city :message "no such city"}))
    {:city city :letters (length city)}))

(def cities ["Reykjavik" "Lima" "Ouagadougou" "Oslo" "Wellington"])

(def [answers seconds] (->array (time/elapsed (fn [] (ev/map look-up cities)))))
(each {:city city :letters n} in answers
  (println city ": " n))
(def alone (fold + 0 (map (fn [city] (/ (length city) 200.0)) cities)))
(println "together faster than one after the other: " (< seconds alone))

# Order of completion, seen from inside.
(def finished @[])
(ev/map (fn [city] (look-up city) (push finished city)) cities)
(println "the shortest names came first: " finished)

# The first error in the order of the elements is raised.
(println (match (protect (ev/map look-up ["Lima" "Atlantis" "Oslo"]))
           [false {:error kind :city city}] (string kind ": " city)
           other other))

# One result at a time, errors as values.
(def lookups (map (fn [city] (ev/spawn (fn [] (look-up city)))) ["Oslo" "Atlantis"]))
(each [ok? v] in (ev/join-protected lookups)
  (println (if ok? v:city v:message)))
