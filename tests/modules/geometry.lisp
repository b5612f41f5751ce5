(fn [] {:area (fn [r] (* 3 r r)) :scale 10})
