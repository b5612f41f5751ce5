(match 5
  1 :one
  2 :two)
(let [[a 1] [1 2]] a)
(fn [& rest &keys more] rest)
(match 5 (or [a] [b]) 1 _ 2)
