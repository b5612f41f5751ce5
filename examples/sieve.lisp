# The sieve of Eratosthenes.  lisle examples/sieve.lisp [LIMIT]

(defn sieve [limit]
  "The primes up to limit, as an array."
  (let [composite? (array/new (+ limit 1) false)
        primes @[]
        @n 2]
    (while (<= n limit)
      (unless (composite? n)
        (push primes n)
        (let [@multiple (* n n)]
          (while (<= multiple limit)
            (put composite? multiple true)
            (assign multiple (+ multiple n)))))
      (assign n (+ n 1)))
    (freeze primes)))

(def limit (match (sys/args) (text & _) (parse-int text) _ 10000))
(def primes (sieve limit))
(println (length primes) " primes up to " limit)
(println "the first: " (slice primes 0 15))
(println "the last:  " (slice primes -5))
