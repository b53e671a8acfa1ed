import Diagnostics
import Synchronization

/// Values that take long to make, kept by a key that decides them wholly.
final class Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private let values = Mutex<[Key: Value]>([:])

    /// Beyond `capacity` values the collection starts anew.
    init(capacity: Int = 1000) { self.capacity = capacity }

    subscript(key: Key) -> Value? { values.withLock { $0[key] } }

    /// The value of a key, which `make` makes where it is new.
    ///
    /// - Throws: what `make` throws; a failure is not kept.
    func value(of key: Key, make: () throws(Diagnostics) -> Value) throws(Diagnostics) -> Value {
        if let value = self[key] { return value }
        let value = try make()
        values.withLock { values in
            if values.count >= capacity { values.removeAll(keepingCapacity: true) }
            values[key] = value
        }
        return value
    }

    func forget(_ key: Key) { values.withLock { $0[key] = nil } }
}
