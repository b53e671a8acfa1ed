/// What depends on what among some objects, and an order of them that obeys it.
struct DependencyGraph {
    private var dependencies: [ObjectID: Set<ObjectID>]

    /// For each object those that have to come before it.
    init(_ dependencies: [ObjectID: Set<ObjectID>]) {
        self.dependencies = dependencies
    }

    /// Records that one object has to come after another.
    mutating func add(_ id: ObjectID, after other: ObjectID) {
        dependencies[id, default: []].insert(other)
    }

    /// All objects, each after those that it depends on; what the dependencies leave open goes by kind and name.
    ///
    /// In a cycle, which only objects have that refer to each other in ways that PostgreSQL does not check, the first by
    /// kind and name begins.
    func order(of objects: Set<ObjectID>) -> [ObjectID] {
        let sorted = objects.sorted(by: Self.precedes)
        var places: [ObjectID: Int] = [:]
        for (place, id) in sorted.enumerated() { places[id] = place }
        var dependants: [[Int]] = Array(repeating: [], count: sorted.count)
        var open = Array(repeating: 0, count: sorted.count)
        for (place, id) in sorted.enumerated() {
            for other in dependencies[id] ?? [] where other != id {
                guard let otherPlace = places[other] else { continue }
                dependants[otherPlace].append(place)
                open[place] += 1
            }
        }
        var ready = Heap()
        for place in sorted.indices where open[place] == 0 { ready.insert(place) }
        var isDone = Array(repeating: false, count: sorted.count)
        var result: [ObjectID] = []
        var firstOpen = 0
        while result.count < sorted.count {
            let place: Int
            if let next = ready.popFirst() {
                place = next
            } else {
                while isDone[firstOpen] { firstOpen += 1 }
                place = firstOpen
            }
            guard !isDone[place] else { continue }
            isDone[place] = true
            result.append(sorted[place])
            for dependant in dependants[place] {
                open[dependant] -= 1
                if open[dependant] == 0 { ready.insert(dependant) }
            }
        }
        return result
    }

    /// Whether one object needs the other, directly or by way of further ones.
    func reaches(from start: ObjectID, to end: ObjectID) -> Bool {
        var seen: Set<ObjectID> = [start]
        var open = [start]
        while let id = open.popLast() {
            for other in dependencies[id] ?? [] where seen.insert(other).inserted {
                if other == end { return true }
                open.append(other)
            }
        }
        return false
    }

    static func precedes(_ one: ObjectID, _ other: ObjectID) -> Bool {
        one.rank == other.rank ? one.quoted < other.quoted : one.rank < other.rank
    }

    /// The least number first.
    private struct Heap {
        private var numbers: [Int] = []

        mutating func insert(_ number: Int) {
            numbers.append(number)
            var place = numbers.count - 1
            while place > 0, numbers[(place - 1) / 2] > numbers[place] {
                numbers.swapAt(place, (place - 1) / 2)
                place = (place - 1) / 2
            }
        }

        mutating func popFirst() -> Int? {
            guard let first = numbers.first, let last = numbers.popLast() else { return nil }
            guard !numbers.isEmpty else { return first }
            numbers[0] = last
            var place = 0
            while true {
                let children = [2 * place + 1, 2 * place + 2].filter { $0 < numbers.count }
                guard let least = children.min(by: { numbers[$0] < numbers[$1] }), numbers[least] < numbers[place]
                else {
                    return first
                }
                numbers.swapAt(place, least)
                place = least
            }
        }
    }
}
