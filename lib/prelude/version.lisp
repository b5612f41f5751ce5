# What a program may ask about the language.

(defn elle/epoch [&opt n]
  "The epoch of the language; an argument is given back.
  (elle/epoch)  # => 10"
  (if (nil? n) 10 n))
