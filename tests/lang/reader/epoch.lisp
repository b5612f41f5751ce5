(elle/epoch 10)
(+ 1 1)  # => 2
(elle/epoch)  # => 10
