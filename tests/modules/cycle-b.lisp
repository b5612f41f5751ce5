(import "cycle-a")
