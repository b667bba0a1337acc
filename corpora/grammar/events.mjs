/**
 * What happened, in the sample corpus: sentences that carry an opinion without an adjective to go by. Written as in
 * sentences.mjs.
 */
import { lines } from './sentences.mjs';

/** Sentences that tell what happened, by aspect and strength, without an adjective to go by. */
export const events = {
  food: {
    2: lines(`I could eat here every single day.
      I literally licked the plate.
      It blew us away.
      I have been dreaming about the {dish} ever since.
      Best {dish} [in town|I have ever had|of my life|in {town}].
      My {person} is still talking about the {dish}.
      You can taste the love in everything they make.
      I'm drooling just writing this.`),
    1: lines(`We cleaned our plates.
      You can tell they use [real|local|quality] ingredients.
      It hit the spot.
      The portions are [generous|huge|enough for two].
      I would order the {dish} again.
      The {dish} tasted like my grandmother's.
      They do not skimp on the toppings.
      Even my picky {person} finished everything.`),
    0: lines(`It filled us up, that is about it.
      You get what you see on the menu.
      The {dish} did the job.
      I have had better and I have had worse.
      Nothing about the {dish} stood out.`),
    '-1': lines(`The {dish} came out cold [and we had to send it back|twice|in the middle].
      The {dish} needed salt, or anything really.
      I left half of it on the plate.
      The portions are tiny.
      They were out of the {dish}, the one thing we came for.
      The {dish} tasted like it came from a [can|freezer|packet].
      The {dish} sat under a heat lamp for too long.
      It tasted reheated.
      I've had better from a gas station.`),
    '-2': lines(`I was sick all night.
      There was a hair in my {dish}.
      I found a piece of plastic in the {dish}.
      We both got food poisoning.
      My {person} spit it out.
      Even the dog would not touch the leftovers.
      I threw the whole thing away.
      The chicken was pink inside.`),
  },
  service: {
    2: lines(`They remembered us from our last visit.
      They brought a dessert on the house for [our anniversary|my birthday|the kids].
      The chef came out to [say hello|ask how we liked it|thank us].
      Our {staff} went above and beyond.
      The owner treats you like family.
      They bent over backwards to handle my [nut allergy|gluten allergy|wheelchair|late arrival].`),
    1: lines(`Our water glasses were never empty.
      They checked on us just enough.
      The {staff} gave us some good recommendations.
      They split the check without a fuss.
      We were greeted at the door.
      They fixed a small mistake right away.`),
    0: lines(`You order at the counter and pick it up yourself.
      Our {staff} took the order, brought the food and that was that.
      They did what they are paid for.
      Nobody was in the mood for small talk.`),
    '-1': lines(`We had to ask for [water|napkins|the check|menus|silverware] [twice|three times|over and over].
      They forgot [our appetizer|my drink|half of our order|the {side}].
      They got my order wrong.
      Nobody came by to check on us.
      Our {staff} disappeared for half an hour.
      The {staff} was busy with a phone.
      They brought the {dish} before the appetizers.
      We flagged someone down to get the bill.`),
    '-2': lines(`The {staff} rolled both eyes at us.
      The manager yelled at [a busboy|our waitress|my {person}] in front of everybody.
      They charged my card twice and refused to fix it.
      When I complained, the {staff} laughed in my face.
      The {staff} argued with us about the bill.
      They added a tip of thirty percent without asking.
      We were told to leave because they needed the table.
      We walked out.`),
  },
  wait: {
    2: lines(`We were seated [immediately|right away|within a minute] even though it was packed.
      The food was on the table in [five minutes|no time|a flash].
      Not a minute of waiting, on a {day}!`),
    1: lines(`The food came out fast.
      The wait was [short|shorter than they said|only ten minutes].
      We got a table without a reservation.
      The line moves quickly.`),
    0: lines(`We waited about [fifteen|twenty] minutes, which is normal for {day}.
      There is usually a line.
      Make a reservation on weekends.
      Our order took twenty minutes or so.`),
    '-1': lines(`We waited [forty minutes|forty-five minutes|almost an hour] for [a table|our food|two coffees].
      The wait was too long.
      They quoted twenty minutes and it took [fifty|an hour|twice that].
      It took forever to [get our drinks|order|get seated|pay].
      We had a reservation and still had to stand around.`),
    '-2': lines(`[Two hours|An hour and a half|Ninety minutes|Over an hour] for [a burger|cold food|a simple order|the wrong order].
      After [an hour|seventy minutes] we gave up and [left|went next door|ate at home].
      They lost our order and served people who came in [after us|an hour later].
      We had a reservation and they gave our table away.`),
  },
  cleanliness: {
    2: lines(`You could eat off the floor.`),
    1: lines(`They wiped down every table between guests.`),
    0: lines(`The carpet has seen better days.`),
    '-1': lines(`My fork had dried food on it.
      The tables had not been wiped.
      There were crumbs all over the booth.
      There was lipstick on my glass.`),
    '-2': lines(`A cockroach ran [across the floor|up the wall|over our table].
      I saw a mouse [by the kitchen|under the table].
      Someone call the health department.
      The smell from the restroom reached our table.`),
  },
  ambience: {
    2: lines(`The view over [the river|the harbor|the valley|the old town] took our breath away.
      I wanted to move in.`),
    1: lines(`There is a [fireplace|garden|patio|little stage] and [live music|a jazz trio|a guitar player] on weekends.
      You can actually hear each other talk.
      A place to [linger|unwind|take a date].`),
    0: lines(`There are [televisions on every wall|eight tables and a counter|booths along the wall].
      It looks like every other place in the strip mall.`),
    '-1': lines(`We had to shout to hear each other.
      Our table was next to the [restroom|kitchen door|trash cans].
      The music was far too loud.
      We kept our coats on.`),
    '-2': lines(`The air conditioning was broken and it must have been ninety-five degrees.
      A fight broke out at the bar.
      Water was dripping from the ceiling onto our table.`),
  },
  price: {
    2: lines(`We ate like kings for [twenty dollars|next to nothing|less than a movie ticket].
      They could charge double.`),
    1: lines(`You get a lot for your money.
      The lunch special is a good deal.
      It won't break the bank.`),
    0: lines(`Expect to pay around [fifteen|twenty|thirty] dollars a person.
      We paid [forty|sixty] for two with drinks.`),
    '-1': lines(`They charge extra for [bread|water|salsa|sauce|refills].
      For that money I expected more.
      You pay for the location.
      I can get the same for half the price [down the street|at the grocery store|at home].`),
    '-2': lines(`[Ninety|A hundred and twenty|Two hundred] dollars and we left hungry.
      Save your money.
      I want my money back.
      What a waste of [money|time and money|a birthday].`),
  },
};
