package dev.together.bench;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One conversation: who is in it, what was said, and who heard it. */
class Talk {

    final UUID id;
    final List<Person> people;
    private final AtomicInteger said = new AtomicInteger();
    private final BitSet acknowledged = new BitSet();
    private final Map<Integer, Flight> flights = new ConcurrentHashMap<>();

    Talk(UUID id, List<Person> people) {
        this.id = id;
        this.people = people;
    }

    int next() {
        return said.getAndIncrement();
    }

    /** Somebody may speak who is not always the same. */
    Person speaker(int message) {
        return people.get(message % people.size());
    }

    synchronized void acknowledge(int message) {
        acknowledged.set(message);
    }

    synchronized BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }

    /** The flight lands when everybody who listens has heard the message. */
    void follow(int message, Flight flight) {
        flights.put(message, flight);
    }

    void heard(int message) {
        var flight = flights.isEmpty() ? null : flights.get(message);
        if (flight != null && flight.step()) {
            flights.remove(message);
        }
    }

    /** A message that is under way, and what is to happen when the last of its steps is done. */
    static class Flight {

        private final AtomicInteger steps;
        private final Runnable landed;

        Flight(int steps, Runnable landed) {
            this.steps = new AtomicInteger(steps);
            this.landed = landed;
        }

        /** Whether this was the last step. */
        boolean step() {
            if (steps.decrementAndGet() != 0) {
                return false;
            }
            landed.run();
            return true;
        }
    }
}
