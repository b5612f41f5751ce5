(def a [1 2.5 "s" :k nil true @{:b |1 2|}]) `(x ,a ,;a) a:b:c #comment
