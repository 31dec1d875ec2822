package dev.together.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * The drafts of a batch, each {@code client_msg_id} once: what a batch repeats is stored once.
 *
 * @param drafts what is to be stored
 * @param places for each draft of the batch, where it is in {@code drafts}
 */
record DistinctDrafts(List<Draft> drafts, List<Integer> places) {

    /** Fails with 409 where one {@code client_msg_id} has two texts. */
    static DistinctDrafts of(List<Draft> batch) {
        var distinct = new ArrayList<Draft>();
        var places = new ArrayList<Integer>();
        var named = new HashMap<String, Integer>();
        for (var draft : batch) {
            var id = draft.clientMsgId();
            var place = id == null ? null : named.putIfAbsent(id, distinct.size());
            if (place == null) {
                place = distinct.size();
                distinct.add(draft);
            } else if (!distinct.get(place).text().equals(draft.text())) {
                throw Draft.anotherText(id);
            }
            places.add(place);
        }
        return new DistinctDrafts(distinct, places);
    }

    /** What became of {@code drafts}, for each draft of the batch. */
    <T> List<T> inPlaces(List<T> stored) {
        return places.stream().map(stored::get).toList();
    }
}
