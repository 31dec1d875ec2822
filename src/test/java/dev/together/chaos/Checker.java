package dev.together.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.together.chaos.DatabaseState.Message;
import dev.together.chaos.DatabaseState.Told;
import dev.together.chaos.DatabaseState.Update;

/** Compares what devices received and people were answered with what the database holds. */
class Checker {

    /**
     * Who leaves hears no more, at once: what was on its way to them need not arrive, nor what was said while they were away
     * when they left before they were back.
     */
    private static final Duration PARTING = Duration.ofSeconds(20);
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(60);

    final List<String> violations = new ArrayList<>();
    long expected;
    long losses;
    long duplicates;
    long excused;
    private final DatabaseState truth;

    Checker(DatabaseState truth) {
        this.truth = truth;
    }

    /** How many events this device still has to hear. */
    static long missing(DatabaseState truth, Device device) {
        var verdict = new Checker(truth);
        verdict.nothingLost(device);
        return verdict.losses;
    }

    void stored(Operations ledger) {
        violations.addAll(ledger.contradictions);
        truth.messages.values().forEach(messages -> withoutHoles(messages, "messages"));
        truth.updates.values().forEach(updates -> withoutHoles(updates, "updates"));
        var byClient = truth.messages.values().stream().flatMap(List::stream)
                .collect(Collectors.groupingBy(message -> String.valueOf(message.clientMsgId())));
        byClient.forEach((id, stored) -> {
            check(ledger.sent.contains(id), "Nobody sent " + id);
            check(stored.size() == 1, "Stored more than once: " + stored);
        });
        ledger.acknowledged.forEach((id, row) -> {
            var stored = byClient.getOrDefault(id, List.of());
            check(stored.size() == 1 && stored.get(0).id().equals(row.getString("id"))
                    && stored.get(0).number() == row.getLong("message_number"),
                    "Acknowledged as " + row + " but stored as " + stored);
        });
        ledger.refused.forEach(id -> check(!byClient.containsKey(id), "Refused, but stored: " + byClient.get(id)));
        ledger.batches.forEach(batch -> whole(batch, byClient));
        check(truth.left == 0, "Left in the outbox: " + truth.left);
    }

    void heard(Device device) {
        nothingLost(device);
        nothingForeign(device);
        inOrderAndOnce(device);
    }

    private void withoutHoles(List<? extends Told> events, String what) {
        long last = 0;
        for (var event : events) {
            check(event.number() == last + 1 || (event instanceof Update && event.number() == last),
                    "A hole in the " + what + " of " + event.chat() + " before " + event.number());
            last = event.number();
        }
    }

    private void whole(List<String> batch, Map<String, List<Message>> byClient) {
        var stored = batch.stream().flatMap(id -> byClient.getOrDefault(id, List.of()).stream()).toList();
        check(stored.isEmpty() || stored.size() == batch.size(), "Half a batch is stored: " + stored);
        for (int step = 1; step < stored.size(); step++) {
            check(stored.get(step).number() == stored.get(0).number() + step, "A batch is out of order: " + stored);
        }
    }

    private void nothingLost(Device device) {
        var since = device.firstJoinedAt();
        if (since == null) {
            violations.add(device.name + " never joined");
            return;
        }
        var ids = device.heard.stream().map(Delivery::id).collect(Collectors.toSet());
        var states = newestStates(device);
        for (var event : truth.events.values()) {
            if (event.at().isAfter(since) && truth.concerns(device.user, event)) {
                expected++;
                if (!ids.contains(event.id()) && !isInState(event, states)) {
                    lost(device, event);
                }
            }
        }
    }

    /** Of each conversation the number of the newest update to everybody that was told the device again. */
    private Map<String, Long> newestStates(Device device) {
        var newest = new HashMap<String, Long>();
        for (var heard : device.heard) {
            var event = truth.events.get(heard.id());
            if (heard.isReplayed() && event != null && isState(event)) {
                newest.merge(event.chat(), event.number(), Math::max);
            }
        }
        return newest;
    }

    /** State is told as state: of several updates that were missed, the newest is enough. */
    private static boolean isInState(Told event, Map<String, Long> newest) {
        return isState(event) && event.number() < newest.getOrDefault(event.chat(), 0L);
    }

    private static boolean isState(Told event) {
        return event instanceof Update update && update.recipient() == null;
    }

    private void lost(Device device, Told event) {
        if (truth.leftAfter(device.user, event).filter(left -> isExcused(device, event, left)).isPresent()) {
            excused++;
            return;
        }
        losses++;
        violations.add(device.name + " lost " + event);
    }

    private static boolean isExcused(Device device, Told event, Instant left) {
        var parting = event.at().plus(PARTING);
        if (left.isBefore(parting)) {
            return true;
        }
        boolean hadLeftWhenBack = device.joinedAfter(event.at()).filter(joined -> !joined.isBefore(left)).isPresent();
        return hadLeftWhenBack && !device.heardLive(parting, left) && left.isBefore(event.at().plus(LONGEST_OUTAGE));
    }

    private void nothingForeign(Device device) {
        for (var heard : device.heard) {
            var event = truth.events.get(heard.id());
            check(event != null, device.name + " heard what is not stored: " + heard);
            check(event == null || truth.concerns(device.user, event), device.name + " heard what is not for them: " + event);
        }
    }

    private void inOrderAndOnce(Device device) {
        var last = new HashMap<String, Long>();
        var once = new HashSet<String>();
        var gone = new HashMap<String, Instant>();
        for (var heard : device.heard) {
            var event = truth.events.get(heard.id());
            if (event == null) {
                continue;
            }
            var line = heard.join() + " " + heard.isMessage() + " " + heard.chat();
            if (!once.add(heard.join() + heard.id())) {
                duplicates++;
                violations.add(device.name + " heard twice in one join: " + heard + " " + event);
            } else if (event.number() < last.getOrDefault(line, 0L)) {
                violations.add(device.name + " heard out of order, after " + last.get(line) + ": " + heard + " " + event);
            }
            last.merge(line, event.number(), Math::max);
            silentAfterLeaving(device, heard, event, gone);
        }
    }

    private void silentAfterLeaving(Device device, Delivery heard, Told event, Map<String, Instant> gone) {
        if (heard.eventType().equals("DELETE")) {
            gone.put(heard.chat(), event.at());
        } else if (gone.containsKey(heard.chat()) && event.at().isBefore(gone.get(heard.chat())) && !heard.isReplayed()) {
            violations.add(device.name + " had left before it heard " + event);
        }
    }

    private void check(boolean isTrue, String otherwise) {
        if (!isTrue) {
            violations.add(otherwise);
        }
    }

    /** The devices, times and places that the violations name: for a short history of them. */
    Set<String> chats() {
        return truth.events.values().stream().map(Told::chat)
                .filter(chat -> violations.stream().anyMatch(violation -> violation.contains(chat)))
                .collect(Collectors.toSet());
    }
}
