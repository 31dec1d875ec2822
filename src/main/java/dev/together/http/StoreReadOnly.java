package dev.together.http;

/** The database was seen to take no writes: who holds connections to it should look for the one that does. */
public record StoreReadOnly() {
}
