-- n inserts with spread int keys, then n counter updates over 50000 string keys; ops = 2n
local function size(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end
local function run(n)
  local m, c = {}, {}
  for i = 0, n - 1 do m[(i * 7919) % 1000003] = i end
  for i = 0, n - 1 do
    local k = "k" .. i % 50000
    c[k] = (c[k] or 0) + 1
  end
  return size(m) + size(c)
end
local n = math.tointeger(tonumber(arg[1]))
local t0 = os.clock()
local r = run(n)
local dt = os.clock() - t0
print("# keys = " .. r)
print("RESULT hashmap " .. n .. " " .. dt .. " " .. 2 * n / dt)
