(import "cycle-b")
