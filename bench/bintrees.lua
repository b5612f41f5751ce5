-- build and count 20 full binary trees of depth n while one more stays alive; ops = nodes
local function make(d)
  if d == 0 then return { false, false } end
  return { make(d - 1), make(d - 1) }
end
local function check(t)
  if not t[1] then return 1 end
  return 1 + check(t[1]) + check(t[2])
end
local n = math.tointeger(tonumber(arg[1]))
local t0 = os.clock()
local keep = make(n)
local sum = 0
for _ = 1, 20 do sum = sum + check(make(n)) end
sum = sum + check(keep)
local dt = os.clock() - t0
print("# nodes = " .. sum)
print("RESULT bintrees " .. n .. " " .. dt .. " " .. sum / dt)
