import YAML

/// How a value is written in a plan, said once: the reader and the JSON Schema are both made from it.
package struct ValueForm<Value: Sendable>: Sendable {
    /// What editors and documents are told.
    let schema: ValueSchema

    /// Reads the value; what is wrong with it is noted in the cursor's reading, and nil is returned.
    let read: @Sendable (Cursor) -> Value?

    /// The value as a plan would have it, for the defaults in the schema; nil where it is not simply written.
    let written: @Sendable (Value) -> JSON?

    /// What an absent section means: the defaults of all its keys; nil when one of them has none.
    let ifAbsent: Value?

    init(
        _ schema: ValueSchema,
        read: @escaping @Sendable (Cursor) -> Value?,
        written: @escaping @Sendable (Value) -> JSON? = { _ in nil },
        ifAbsent: Value? = nil
    ) {
        self.schema = schema
        self.read = read
        self.written = written
        self.ifAbsent = ifAbsent
    }

    /// The same form, the value read made into another.
    func map<Other>(_ transform: @escaping @Sendable (Value) -> Other) -> ValueForm<Other> {
        ValueForm<Other>(schema, read: { read($0).map(transform) }, ifAbsent: ifAbsent.map(transform))
    }

    /// The same form, the value read made into another where it can be; that a check before it sees to.
    func filtered<Other>(_ transform: @escaping @Sendable (Value) -> Other?) -> ValueForm<Other> {
        ValueForm<Other>(schema, read: { read($0).flatMap(transform) }, ifAbsent: ifAbsent.flatMap(transform))
    }

    /// The same form with a look at the whole value: the check notes what it finds, and tells whether it will do.
    func checked(_ check: @escaping @Sendable (Value, Cursor) -> Bool) -> ValueForm {
        ValueForm(
            schema,
            read: { cursor in read(cursor).flatMap { check($0, cursor) ? $0 : nil } },
            written: written,
            ifAbsent: ifAbsent
        )
    }

    /// The same form, described once under a name however often it is used.
    func shared(as name: String) -> ValueForm {
        ValueForm(.shared(name: name, schema), read: read, written: written, ifAbsent: ifAbsent)
    }
}
