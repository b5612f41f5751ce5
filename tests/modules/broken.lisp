(def x (no-such-name))
