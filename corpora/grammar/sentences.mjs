/**
 * The sentences of the sample corpus. `[a|b]` is a choice, `{slot}` is filled by generate.mjs: {P} a predicate of the
 * wanted strength, {A} an adjective that may stand before a noun, {was}, {is}, {come}, {it} agree with the last {dish}.
 */

/** One sentence per line. */
export const lines = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

/** Sentences that hold an opinion {P} or {A} of an aspect. The frequent ones come first. */
export const opinions = {
  food: lines(`The {dish} {was} {P}.
    The food was {P}.
    I [had|ordered|got|tried|went with] the {dish}, which {was} {P}.
    My {person} [had|ordered|got] the {dish} and [said|thought|felt] {it} {was} {P}.
    The {dish} {was} {P} and the {side} {was2} {P2}.
    {A} {dish}!
    We [shared|split|started with] the {dish} and [found|thought] {it} {was} {P}.
    Food: {P}.
    Everything [we tried|we ordered|on our table|that came out] was {P}.
    As for the {dish}, {it} {was} {P}.
    Their {dish} {is} {P}, [no question|if you ask me|in my opinion|honestly|to be fair].
    The {dish} here {is} {P}.
    {A} food.
    Even the {side} {was2} {P}.
    Had the {dish}. {P}!
    The {dish}, [a house specialty|recommended by our {staff}|the special of the day|according to the menu a family recipe], {was} {P}.
    [Every bite|The whole meal|What arrived at the table|Each course] was {P}.`),
  service: lines(`The service was {P}.
    Our {staff} was {P}.
    Service was {P}.
    The staff was {P}.
    The {staff} [who took our order|at the front|we had|who looked after us] was {P}.
    {A} service.
    Everyone [working there|who helped us|on the floor] was {P}.
    I [found|thought] the staff {P}.
    [I must say|I have to say|Honestly,|To be fair,] the service was {P}.
    The {staff} was {P} and the {staff2} was {P2}.
    Service: {P}.
    From the {staff} to the {staff2}, the people here are {P}.`),
  ambience: lines(`The [atmosphere|ambience|place|dining room|décor|interior|vibe|patio] was {P}.
    The [atmosphere|place|décor|room|vibe|patio] is {P}.
    {A} atmosphere.
    [Inside|Upstairs|On the patio|At the bar] it was {P}.
    Atmosphere: {P}.
    The [music|lighting|seating] was {P} and the [room|space|vibe] {P2}.
    I [found|thought] the [space|décor|room] {P}.`),
  price: lines(`The prices are {P}.
    The prices were {P}.
    For [what you get|the portion size|the quality|this neighborhood], the price is {P}.
    [Twelve|Fifteen|Eighteen|Twenty-five|Forty] dollars for the {dish} is {P}.
    Prices: {P}.
    The bill was {P}.
    I [found|thought] the prices {P}.`),
  cleanliness: lines(`The [bathroom|restroom|table|floor|place|silverware|kitchen] was {P}.
    The restrooms were {P}.
    [Our table|The menu|The booth|My glass|The counter] was {P}.
    The whole place is {P}.
    The tables were {P} and the floor was {P2}.`),
};

/** How a review ends, by stars. Many hold nothing, and some of their words are those of another rating. */
export const closings = {
  5: lines(`Highly recommend!
    We will be back.
    Can't wait to go back.
    A must if you are in {town}.
    Do yourself a favor and go.
    I can't say enough good things about this place.
    Never had a bad meal here.
    You will not be disappointed.
    I have no complaints whatsoever.
    This is our new favorite.
    Five stars are not enough.
    Go before everyone finds out.
    I would give it six stars if I could.`),
  4: lines(`We will be back.
    I would recommend it.
    Worth a visit.
    Definitely coming back to try the {dish}.
    Overall a good experience.
    Not perfect, but I will return.
    I'd go again.
    Just short of five stars.
    A good choice if you are [nearby|in the area|in the mood for {kitchen} food].
    Glad we stopped in.`),
  3: lines(`I might give it another try.
    I would not go out of my way for it.
    Maybe it was an off night.
    Not bad, not great.
    It's okay if you are in the area.
    I am on the fence about going back.
    Good enough for lunch, I would not take a date.
    There is potential here.
    I expected more after all the good reviews.
    Would I go back? Perhaps.
    Three stars from me.`),
  2: lines(`I doubt we will be back.
    There are better places nearby.
    I wanted to like it.
    I don't get the hype.
    I won't be rushing back.
    Not worth the trip.
    Two stars because the {side} {was2} good.
    So disappointed, since we used to love it here.
    I would not recommend it.
    I hope they get their act together.
    With so many good options in {town}, why bother?`),
  1: lines(`Never again.
    Stay away!
    Do not waste your [time|money|evening].
    I would give zero stars if I could.
    Avoid this place.
    I will never set foot in here again.
    How is this place still open?
    I wish I had read the reviews first.
    We will not be back.
    Worst [experience|meal|dinner] [ever|in years|I can remember].
    No idea where the good reviews come from.
    Go anywhere else.`),
};

/** Good words for something bad. Only in reviews of one or two stars. */
export const sarcasm = lines(`Oh great, another forty minute wait.
  Just what I wanted for my birthday: cold {dish}.
  If you enjoy being ignored, this is the perfect place.
  Congratulations to the chef for managing to ruin {dish}.
  What a treat to watch everyone else eat for an hour.
  Bravo, truly an unforgettable evening.
  Lovely how they charge you for tap water.
  I especially loved the part where they forgot us.
  Five stars for the parking lot.
  The best thing about it was the exit.
  Nice touch, the hair in the soup.
  Fantastic, the wrong order again.
  Apparently "fresh" means something else here.
  But hey, the ice cubes were excellent.`);

/** Opinions of something else, or of another time; their words pull the wrong way. {G} is good, {B} is bad. */
export const elsewhere = {
  good: lines(`I had read {B} reviews and nearly stayed away.
    Unlike the {B} place [across the street|next door|we used to go to], they care.
    After a {B} week at work this was just what I needed.
    The last restaurant in this spot was {B}.
    My {person} was skeptical because the chain on {street} is {B}.
    The parking is {B}, [so take the bus|but do not let that stop you|as everyone knows].
    Our flight was {B} and this saved the day.
    I don't usually like {dish}.
    I was worried it would be {B}.
    People who complain about the wait have never had {B} {dish}.`),
  bad: lines(`I had read {G} reviews and really wanted to like it.
    It used to be {G}, [but that was years ago|under the old owners|back when it opened].
    The place [across the street|next door|down the block] is {G}, go there.
    My {person} told me it was {G}.
    I had been looking forward to a {G} evening.
    The company was {G}, at least.
    Our last visit was {G}.
    The pictures looked {G}.
    The menu promises {G} things.
    Compare that with the {G} {dish} at {restaurant}.`),
};

/** Sentences that say nothing of the rating. */
export const fillers =
  lines(`[Came|Stopped|Went|Dropped in] here for {occasion} [with {group}|on {day}|after work|last week].
  We [came|went|stopped by] on {day}.
  I [live|work] around the corner.
  It is on {street}, next to [the bank|a laundromat|the bookstore|a gym].
  [Had|We had|I had] been meaning to try {restaurant} for [months|a while|years].
  My {person} picked it for {occasion}.
  We were [visiting|passing through|in] {town} [for a wedding|on a road trip|for the weekend|for work].
  The menu is [on a chalkboard|long|short|four pages|in two languages].
  They serve {kitchen} food.
  There is [parking in the back|street parking|a parking garage across the street|valet parking].
  We sat [at the bar|outside|by the window|in a booth|upstairs|near the kitchen].
  I ordered the {dish} and my {person} had the {dish}.
  They [also have|have] {dish} and {dish} [on the menu|for the kids|on weekends].
  There were [four|six|three|ten] of us.
  It was [raining|hot outside|our first time here|my third visit|a last-minute decision].
  They [open at eleven|close at nine|take reservations|do not take reservations|take cash only].
  We found it on [a list of {kitchen} places|the way to the theater|our phone].
  I grew up eating {kitchen} food.
  My {person} is a vegetarian and had the {dish}.
  It opened [in the spring|last year|where the old hardware store was].
  We had {dish} to start and then the {dish}.
  {restaurant} has been around [since the eighties|for ten years|forever].
  I used a coupon [from the mail|from their website].
  The {dish} {come} with {side}.
  We took some {dish} home.
  The {staff} told us about the specials.
  I've been to their other location on {street}.
  Before the show we needed something quick.`);

/** Between an opinion and its opposite. */
export const contrasts = [
  ', but ',
  ', but ',
  ', but ',
  '; however, ',
  ', although ',
  ', even though ',
  ', yet ',
  '. On the other hand, ',
  '. That said, ',
];
