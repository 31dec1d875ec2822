/**
 * Together: shared chat. Functions persist, then broadcast to one channel per user.
 *
 * <p>
 * The path of one message: {@code POST /functions/v1/chat-send} reaches {@link dev.together.message.ChatSend}, which asks
 * {@code MessageStore} to store it: one SQL statement ({@code SendStatement}) checks access, takes the number, inserts the
 * message and its outbox entry, and returns the participants; {@code SendBatcher} lets what is sent at the same time share
 * it. After the commit the caller has its reply, and {@link dev.together.channel.EventPublisher} encodes the event once and
 * hands
 * it to the {@link dev.together.broker.Broker}, one subject a user. On every pod where such a user is connected,
 * {@link dev.together.channel.Hub} puts it in order and gives it to their connections, which the {@code realtime} package
 * writes as frames of the Supabase Realtime protocol.
 *
 * <p>
 * What holds when things break: the database is the truth. An event whose process died before it was published is found in
 * the outbox by {@code replay.OutboxRelay}; a gap in a conversation's numbers is filled from the store by the hub; a client
 * that lost its connection gets what it missed when it joins again. So the broker may lose what it likes.
 *
 * <p>
 * Packages, and who knows whom: the features {@code conversation} and {@code message} know {@code channel}, which knows
 * {@code outbox} and {@code broker}; {@code realtime} knows {@code channel}; {@code replay} reads back what the features
 * wrote; all may use {@code identity}, {@code http}, {@code log} and {@code trace}, which knows {@code broker}. The two
 * features meet only in the database.
 */
@NullMarked
@CheckReturnValue
package dev.together;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
