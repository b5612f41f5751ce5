(defn check [n]
  (if (= n 3)
    (error {:error :bad-number :n n :message "three is not wanted"})
    n))
(let [r (map check [1 2 3 4])]
  (println r))
