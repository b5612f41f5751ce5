(map type-of (list nil true 1 1.0 'a :k "s" @"s" () [1] @[1] {} @{} || @|| b[] @b[]))
# => (:nil :boolean :integer :float :symbol :keyword :string :@string :list :array :@array :struct :@struct :set :@set :bytes :@bytes)
(map type-of (list get + (fn [] 1) (box 1) (parameter 1) (fiber/new (fn [] 1) :yield)))
# => (:native-fn :closure :closure :box :parameter :fiber)
(type-of (*stdout*))           # => :port
(type-of `x)                   # => :syntax
(type 1)                       # => :integer
(= nil ())                     # => false
(mutable? @[1])                # => true
(mutable? [1])                 # => false
(immutable? 5)                 # => true
(list? (pair 1 2))             # => true
(callable? {})                 # => true
(callable? :a)                 # => false
